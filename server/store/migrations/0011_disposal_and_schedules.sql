CREATE TABLE "dead_letter_alias" (
	"cluster" text NOT NULL,
	"fingerprint" text NOT NULL,
	"contains" text DEFAULT '' NOT NULL,
	"into_fingerprint" text NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "dead_letter_alias_cluster_fingerprint_contains_pk" PRIMARY KEY("cluster","fingerprint","contains")
);
--> statement-breakpoint
CREATE TABLE "dead_letter_drop" (
	"id" text PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"topic" text NOT NULL,
	"topic_id" text NOT NULL,
	"fingerprint" text,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"count" integer NOT NULL,
	"places" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "replay_schedule" (
	"id" text PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"name" text NOT NULL,
	"enabled" boolean NOT NULL,
	"body" text NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"enabled_at_ms" bigint,
	"last_run_ms" bigint,
	"last_replay" text,
	"problem" text
);
--> statement-breakpoint
CREATE INDEX "dead_letter_drop_topic" ON "dead_letter_drop" USING btree ("cluster","topic_id","at_ms");--> statement-breakpoint
CREATE INDEX "replay_schedule_cluster" ON "replay_schedule" USING btree ("cluster");