CREATE TABLE "dead_letter_event" (
	"id" text PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"fingerprint" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"actor" text NOT NULL,
	"actor_kind" text NOT NULL,
	"kind" text NOT NULL,
	"from_value" text,
	"to_value" text,
	"text" text
);
--> statement-breakpoint
CREATE TABLE "dead_letter_group" (
	"cluster" text NOT NULL,
	"fingerprint" text NOT NULL,
	"first_seen_ms" bigint NOT NULL,
	"last_seen_ms" bigint NOT NULL,
	CONSTRAINT "dead_letter_group_cluster_fingerprint_pk" PRIMARY KEY("cluster","fingerprint")
);
--> statement-breakpoint
CREATE TABLE "dead_letter_origin" (
	"cluster" text NOT NULL,
	"topic" text NOT NULL,
	"origin" text NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "dead_letter_origin_cluster_topic_pk" PRIMARY KEY("cluster","topic")
);
--> statement-breakpoint
CREATE TABLE "dead_letter_rule" (
	"id" text PRIMARY KEY NOT NULL,
	"cluster" text NOT NULL,
	"name" text NOT NULL,
	"enabled" boolean NOT NULL,
	"rule" text NOT NULL,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "dead_letter_signal" (
	"rule" text NOT NULL,
	"key" text NOT NULL,
	"kind" text NOT NULL,
	"fingerprint" text NOT NULL,
	"facts" text NOT NULL,
	"at_ms" bigint NOT NULL,
	"told_at_ms" bigint,
	CONSTRAINT "dead_letter_signal_rule_key_pk" PRIMARY KEY("rule","key")
);
--> statement-breakpoint
ALTER TABLE "dead_letter_status" ADD COLUMN "assignee" text;--> statement-breakpoint
ALTER TABLE "dead_letter_status" ADD COLUMN "marks" text;--> statement-breakpoint
ALTER TABLE "dead_letter_signal" ADD CONSTRAINT "dead_letter_signal_rule_dead_letter_rule_id_fk" FOREIGN KEY ("rule") REFERENCES "public"."dead_letter_rule"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "dead_letter_event_issue" ON "dead_letter_event" USING btree ("cluster","fingerprint","at_ms");--> statement-breakpoint
CREATE INDEX "dead_letter_group_seen" ON "dead_letter_group" USING btree ("cluster","last_seen_ms");--> statement-breakpoint
CREATE INDEX "dead_letter_signal_told" ON "dead_letter_signal" USING btree ("told_at_ms");