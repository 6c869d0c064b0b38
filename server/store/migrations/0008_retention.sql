CREATE TABLE "revoked_session" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at_ms" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "revoked_session_expires" ON "revoked_session" USING btree ("expires_at_ms");--> statement-breakpoint
CREATE OR REPLACE FUNCTION "audit_event_refuse_change"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
	-- The janitor names, for its transaction alone, the last row that it wrote an anchor for.
	IF TG_OP = 'DELETE' THEN
		IF OLD.seq <= coalesce(nullif(current_setting('milena.audit_prune_to', true), ''), '0')::bigint THEN
			RETURN OLD;
		END IF;
	END IF;
	RAISE EXCEPTION 'audit_event is append only';
END
$$;
