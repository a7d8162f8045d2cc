DROP INDEX "outbox_queued";--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("kind") WHERE "outbox"."state" in ('queued', 'sending');