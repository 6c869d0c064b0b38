CREATE TABLE "outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"seq" bigserial NOT NULL,
	"channel" text NOT NULL,
	"event" text NOT NULL,
	"subject" text NOT NULL,
	"dedupe" text,
	"url" text,
	"payload" text NOT NULL,
	"state" text NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at_ms" bigint NOT NULL,
	"next_at_ms" bigint NOT NULL,
	"until_ms" bigint NOT NULL,
	"lease_owner" text,
	"lease_until_ms" bigint DEFAULT 0 NOT NULL,
	"error" text,
	"sent_at_ms" bigint
);
--> statement-breakpoint
CREATE TABLE "outbox_ref" (
	"channel" text NOT NULL,
	"subject" text NOT NULL,
	"ref" text NOT NULL,
	"key" text,
	"at_ms" bigint NOT NULL,
	CONSTRAINT "outbox_ref_channel_subject_pk" PRIMARY KEY("channel","subject")
);
--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("state","next_at_ms");--> statement-breakpoint
CREATE INDEX "outbox_line" ON "outbox" USING btree ("channel","subject","seq");--> statement-breakpoint
CREATE INDEX "outbox_seq" ON "outbox" USING btree ("state","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_dedupe" ON "outbox" USING btree ("channel","dedupe");--> statement-breakpoint
CREATE INDEX "outbox_ref_key" ON "outbox_ref" USING btree ("channel","key");