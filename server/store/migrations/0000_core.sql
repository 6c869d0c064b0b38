CREATE TABLE "audit_event" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"entry" text NOT NULL,
	"kind" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"actor" text NOT NULL,
	"actor_kind" text NOT NULL,
	"action" text NOT NULL,
	"cluster" text,
	"resource" text NOT NULL,
	"outcome" text,
	"code" text,
	"reason" text,
	"request_id" text NOT NULL,
	"details" text NOT NULL,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dead_letter_status" (
	"cluster" text NOT NULL,
	"fingerprint" text NOT NULL,
	"status" text NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"first_seen_ms" bigint,
	"note" text,
	CONSTRAINT "dead_letter_status_cluster_fingerprint_pk" PRIMARY KEY("cluster","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "lag_rollup" (
	"cluster" text NOT NULL,
	"consumer_group" text NOT NULL,
	"topic" text NOT NULL,
	"hour_ms" bigint NOT NULL,
	"minutes" text NOT NULL,
	CONSTRAINT "lag_rollup_cluster_consumer_group_topic_hour_ms_pk" PRIMARY KEY("cluster","consumer_group","topic","hour_ms")
);
--> statement-breakpoint
CREATE TABLE "lease" (
	"name" text PRIMARY KEY NOT NULL,
	"owner" text NOT NULL,
	"epoch" bigint NOT NULL,
	"until_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "replay" (
	"id" text PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"plan_id" text,
	"state" text NOT NULL,
	"state_reason" text,
	"source_topic" text NOT NULL,
	"source_topic_id" text,
	"targets" text NOT NULL,
	"options" text NOT NULL,
	"rate_per_second" integer,
	"guarantee" text NOT NULL,
	"again" boolean NOT NULL,
	"reason" text,
	"by" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"started_at_ms" bigint,
	"finished_at_ms" bigint,
	"selected" integer NOT NULL,
	"replayed" integer DEFAULT 0 NOT NULL,
	"refused" integer DEFAULT 0 NOT NULL,
	"failed" integer DEFAULT 0 NOT NULL,
	"cancelled" integer DEFAULT 0 NOT NULL,
	"unknown" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "replay_plan" (
	"id" text PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"by" text NOT NULL,
	"hash" text NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	"request" text NOT NULL,
	"plan" text NOT NULL,
	"records" "bytea" NOT NULL
);
--> statement-breakpoint
CREATE TABLE "replay_record" (
	"replay" text NOT NULL,
	"chunk" integer NOT NULL,
	"count" integer NOT NULL,
	"packed" text NOT NULL,
	CONSTRAINT "replay_record_replay_chunk_pk" PRIMARY KEY("replay","chunk")
);
--> statement-breakpoint
CREATE TABLE "setting" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
ALTER TABLE "replay_record" ADD CONSTRAINT "replay_record_replay_replay_id_fk" FOREIGN KEY ("replay") REFERENCES "public"."replay"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "audit_event_entry" ON "audit_event" USING btree ("entry");--> statement-breakpoint
CREATE INDEX "audit_event_actor" ON "audit_event" USING btree ("actor","seq");--> statement-breakpoint
CREATE INDEX "audit_event_at" ON "audit_event" USING btree ("at_ms");--> statement-breakpoint
CREATE INDEX "lag_rollup_hour" ON "lag_rollup" USING btree ("hour_ms");--> statement-breakpoint
CREATE INDEX "replay_cluster_created" ON "replay" USING btree ("cluster","created_at_ms");--> statement-breakpoint
CREATE INDEX "replay_state" ON "replay" USING btree ("state");--> statement-breakpoint
CREATE INDEX "replay_plan_expires" ON "replay_plan" USING btree ("expires_at_ms");