CREATE TABLE "catalogue_entry" (
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"domain" text,
	"owner" text,
	"description" text,
	"contact" text,
	"slack_channel" text,
	"revision" integer NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "catalogue_entry_kind_name_pk" PRIMARY KEY("kind","name")
);
--> statement-breakpoint
CREATE TABLE "drift_point" (
	"cluster" text NOT NULL,
	"hour_ms" bigint NOT NULL,
	"topics" integer NOT NULL,
	"drifting" integer NOT NULL,
	"waived" integer NOT NULL,
	"by_rule" text NOT NULL,
	"policy_version" integer NOT NULL,
	CONSTRAINT "drift_point_cluster_hour_ms_pk" PRIMARY KEY("cluster","hour_ms")
);
--> statement-breakpoint
CREATE TABLE "drift_waiver" (
	"id" text PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"topic" text NOT NULL,
	"rule" text NOT NULL,
	"reason" text NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"until_ms" bigint NOT NULL,
	CONSTRAINT "drift_waiver_finding" UNIQUE("cluster","topic","rule")
);
--> statement-breakpoint
CREATE TABLE "policy_version" (
	"version" integer PRIMARY KEY NOT NULL,
	"scope" text NOT NULL,
	"base" integer NOT NULL,
	"spec" text,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"comment" text,
	"source" text NOT NULL,
	CONSTRAINT "policy_version_base" UNIQUE("scope","base")
);
--> statement-breakpoint
CREATE TABLE "topic_meta" (
	"cluster" text NOT NULL,
	"topic" text NOT NULL,
	"owner" text,
	"description" text,
	"classification" text,
	"schema_subject" text,
	"tags" text NOT NULL,
	"revision" integer NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "topic_meta_cluster_topic_pk" PRIMARY KEY("cluster","topic")
);
--> statement-breakpoint
CREATE INDEX "drift_waiver_until" ON "drift_waiver" USING btree ("until_ms");