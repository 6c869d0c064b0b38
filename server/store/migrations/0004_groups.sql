CREATE TABLE "group_pin" (
	"actor" text NOT NULL,
	"cluster" text NOT NULL,
	"consumer_group" text NOT NULL,
	CONSTRAINT "group_pin_actor_cluster_consumer_group_pk" PRIMARY KEY("actor","cluster","consumer_group")
);
--> statement-breakpoint
CREATE TABLE "lag_block" (
	"cluster" text NOT NULL,
	"level" integer NOT NULL,
	"bucket" smallint NOT NULL,
	"start_ms" bigint NOT NULL,
	"bytes" integer NOT NULL,
	"data" "bytea" NOT NULL,
	CONSTRAINT "lag_block_cluster_level_bucket_start_ms_pk" PRIMARY KEY("cluster","level","bucket","start_ms")
);
--> statement-breakpoint
CREATE TABLE "lag_marker" (
	"cluster" text NOT NULL,
	"consumer_group" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"kind" text NOT NULL,
	"detail" text NOT NULL,
	CONSTRAINT "lag_marker_cluster_consumer_group_at_ms_kind_pk" PRIMARY KEY("cluster","consumer_group","at_ms","kind")
);
--> statement-breakpoint
CREATE TABLE "offset_plan" (
	"id" text PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"consumer_group" text NOT NULL,
	"to" text NOT NULL,
	"by" text NOT NULL,
	"reason" text,
	"created_at_ms" bigint NOT NULL,
	"expires_at_ms" bigint NOT NULL,
	"state" text NOT NULL,
	"applied_at_ms" bigint,
	"applied_by" text,
	"undone_at_ms" bigint,
	"partitions" integer NOT NULL,
	"changed" integer NOT NULL,
	"skipped" text NOT NULL,
	"repeated" text NOT NULL,
	"plan" "bytea" NOT NULL,
	"outcome" "bytea",
	"undo" "bytea"
);
--> statement-breakpoint
CREATE INDEX "lag_block_age" ON "lag_block" USING btree ("level","start_ms");--> statement-breakpoint
CREATE INDEX "lag_marker_age" ON "lag_marker" USING btree ("at_ms");--> statement-breakpoint
CREATE INDEX "offset_plan_group" ON "offset_plan" USING btree ("cluster","consumer_group","created_at_ms");--> statement-breakpoint
CREATE INDEX "offset_plan_expires" ON "offset_plan" USING btree ("expires_at_ms");