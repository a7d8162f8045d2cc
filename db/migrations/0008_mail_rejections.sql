ALTER TABLE "outbox" ADD COLUMN "sending_until" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "rejected_since" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "rejected_at" timestamp with time zone;--> statement-breakpoint
CREATE INDEX "outbox_queued" ON "outbox" USING btree ("kind") WHERE "outbox"."state" = 'queued';--> statement-breakpoint
CREATE INDEX "outbox_accepted" ON "outbox" USING btree ("settled_at") WHERE "outbox"."state" = 'accepted';