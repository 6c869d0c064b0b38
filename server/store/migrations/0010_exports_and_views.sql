CREATE TABLE "export_run" (
	"id" text PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"topic" text NOT NULL,
	"by" text NOT NULL,
	"asked" text NOT NULL,
	"started_at_ms" bigint NOT NULL,
	"finished_at_ms" bigint,
	"state" text NOT NULL,
	"reason" text,
	"records" bigint NOT NULL,
	"bytes" bigint NOT NULL,
	"sha256" text,
	"ranges" text NOT NULL,
	"evaluation_errors" integer NOT NULL,
	"problems" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "saved_view" (
	"id" text PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"topic" text NOT NULL,
	"owner" text NOT NULL,
	"name" text NOT NULL,
	"query" text NOT NULL,
	"shared" boolean NOT NULL,
	"updated_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX "saved_view_name" ON "saved_view" USING btree ("cluster","topic","owner","name");