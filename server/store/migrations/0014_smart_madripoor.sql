ALTER TABLE "export_run" ADD COLUMN "parts" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "export_run" ADD COLUMN "marks" text DEFAULT '[]' NOT NULL;