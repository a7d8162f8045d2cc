ALTER TABLE "events" ALTER COLUMN "at" SET DATA TYPE timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "events" ALTER COLUMN "at" SET DEFAULT now();--> statement-breakpoint
ALTER TABLE "sessions" ALTER COLUMN "created_at" SET DATA TYPE timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "sessions" ALTER COLUMN "created_at" SET DEFAULT now();--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "process" text DEFAULT 'cancellations' NOT NULL;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "subject" text;--> statement-breakpoint
ALTER TABLE "events" ADD COLUMN "key_id" uuid;--> statement-breakpoint
CREATE INDEX "events_by_process" ON "events" USING btree ("process","at","id");--> statement-breakpoint
CREATE INDEX "events_by_subject" ON "events" USING btree ("subject","at");