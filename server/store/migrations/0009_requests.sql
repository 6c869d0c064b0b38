CREATE TABLE "hook_seen" (
	"key" text PRIMARY KEY NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "topic_request" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"topic" text NOT NULL,
	"kind" text NOT NULL,
	"state" text NOT NULL,
	"version" integer NOT NULL,
	"requested_by" text NOT NULL,
	"owner" text,
	"domain" text,
	"change" text NOT NULL,
	"purpose" text,
	"links" text NOT NULL,
	"topic_id" text,
	"policy_version" integer,
	"approvals_needed" integer NOT NULL,
	"approvals" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"updated_at_ms" bigint NOT NULL,
	"submitted_at_ms" bigint,
	"expires_at_ms" bigint,
	"failure" text,
	"outcome" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"apply_owner" text,
	"apply_until_ms" bigint DEFAULT 0 NOT NULL,
	"open_key" text
);
--> statement-breakpoint
CREATE TABLE "topic_request_event" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"request" bigint NOT NULL,
	"at_ms" bigint NOT NULL,
	"actor" text NOT NULL,
	"via" text NOT NULL,
	"kind" text NOT NULL,
	"text" text,
	"mentions" text NOT NULL,
	"code" text
);
--> statement-breakpoint
ALTER TABLE "topic_request_event" ADD CONSTRAINT "topic_request_event_request_topic_request_id_fk" FOREIGN KEY ("request") REFERENCES "public"."topic_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "hook_seen_at" ON "hook_seen" USING btree ("at_ms");--> statement-breakpoint
CREATE INDEX "topic_request_state" ON "topic_request" USING btree ("state","id");--> statement-breakpoint
CREATE INDEX "topic_request_by" ON "topic_request" USING btree ("requested_by","id");--> statement-breakpoint
CREATE INDEX "topic_request_cluster" ON "topic_request" USING btree ("cluster","id");--> statement-breakpoint
CREATE INDEX "topic_request_topic" ON "topic_request" USING btree ("cluster","topic");--> statement-breakpoint
CREATE UNIQUE INDEX "topic_request_open" ON "topic_request" USING btree ("open_key");--> statement-breakpoint
CREATE INDEX "topic_request_event_request" ON "topic_request_event" USING btree ("request","id");