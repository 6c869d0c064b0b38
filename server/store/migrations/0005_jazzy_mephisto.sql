ALTER TABLE "replay" ADD COLUMN "kind" text DEFAULT 'replay' NOT NULL;--> statement-breakpoint
ALTER TABLE "replay" ADD COLUMN "canary_state" text;--> statement-breakpoint
ALTER TABLE "replay" ADD COLUMN "approved_by" text;--> statement-breakpoint
ALTER TABLE "replay" ADD COLUMN "schedule" text;