CREATE TABLE "message_table" (
	"person" text NOT NULL,
	"cluster" text NOT NULL,
	"topic" text NOT NULL,
	"columns" text,
	"density" text,
	"time" text,
	"updated_at_ms" bigint NOT NULL,
	CONSTRAINT "message_table_person_cluster_topic_pk" PRIMARY KEY("person","cluster","topic")
);
--> statement-breakpoint
CREATE INDEX "message_table_age" ON "message_table" USING btree ("updated_at_ms");