ALTER TABLE "cancellation_requests" ADD COLUMN "dealer_ids" jsonb;--> statement-breakpoint
CREATE INDEX "cancellation_requests_by_cancellation" ON "cancellation_requests" USING btree ("cancellation_id","requested_at");--> statement-breakpoint
CREATE INDEX "events_by_task" ON "events" USING btree ("task_id","at");