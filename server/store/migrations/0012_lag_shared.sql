CREATE TABLE "group_idle" (
	"cluster" text NOT NULL,
	"consumer_group" text NOT NULL,
	"since_ms" bigint NOT NULL,
	"mark" text NOT NULL,
	CONSTRAINT "group_idle_cluster_consumer_group_pk" PRIMARY KEY("cluster","consumer_group")
);
--> statement-breakpoint
CREATE TABLE "lag_follower" (
	"cluster" text NOT NULL,
	"instance" text NOT NULL,
	"until_ms" bigint NOT NULL,
	"watched" text NOT NULL,
	CONSTRAINT "lag_follower_cluster_instance_pk" PRIMARY KEY("cluster","instance")
);
--> statement-breakpoint
CREATE TABLE "lag_snapshot" (
	"cluster" text PRIMARY KEY NOT NULL,
	"instance" text NOT NULL,
	"seq" bigint NOT NULL,
	"data" "bytea" NOT NULL
);
--> statement-breakpoint
DROP TABLE "lag_rollup" CASCADE;