CREATE TABLE "topic_serde" (
	"cluster" text NOT NULL,
	"topic" text NOT NULL,
	"key_format" text NOT NULL,
	"key_schema" integer,
	"value_format" text NOT NULL,
	"value_schema" integer,
	"by" text NOT NULL,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "topic_serde_cluster_topic_pk" PRIMARY KEY("cluster","topic")
);
