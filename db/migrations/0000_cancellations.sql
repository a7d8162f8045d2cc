CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"effective_status" text NOT NULL,
	"parent_sales_account_id" text,
	"time_zone" text NOT NULL,
	"integrations" jsonb NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "api_keys" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"name" text NOT NULL,
	"person_id" text,
	"hash" text NOT NULL,
	"scopes" text[] NOT NULL,
	"requests_per_minute" integer DEFAULT 600 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_keys_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "cancellation_integrations" (
	"cancellation_id" uuid NOT NULL,
	"integration" text NOT NULL,
	"workflow_id" text NOT NULL,
	"run_id" text NOT NULL,
	"state" text NOT NULL,
	"because" text,
	"steps" jsonb NOT NULL,
	"version" integer NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "cancellation_integrations_cancellation_id_integration_pk" PRIMARY KEY("cancellation_id","integration")
);
--> statement-breakpoint
CREATE TABLE "cancellation_requests" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"cancellation_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"integrations" jsonb NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "cancellations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"reason" text NOT NULL,
	"state" text NOT NULL,
	"requested_by" text NOT NULL,
	"started_at" timestamp with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone,
	"withdrawn_at" timestamp with time zone,
	"withdrawn_by" text,
	"withdrawn_because" text
);
--> statement-breakpoint
CREATE TABLE "events" (
	"id" text PRIMARY KEY NOT NULL,
	"cancellation_id" uuid,
	"task_id" uuid,
	"integration" text,
	"at" timestamp with time zone NOT NULL,
	"by" text NOT NULL,
	"what" text NOT NULL,
	"detail" text
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"api_key_id" uuid NOT NULL,
	"key" text NOT NULL,
	"body_hash" text NOT NULL,
	"request_id" uuid NOT NULL,
	"response" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_api_key_id_key_pk" PRIMARY KEY("api_key_id","key")
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"business_key" text NOT NULL,
	"message_id" text NOT NULL,
	"kind" text NOT NULL,
	"to" text NOT NULL,
	"subject" text NOT NULL,
	"body" text NOT NULL,
	"state" text DEFAULT 'queued' NOT NULL,
	"answer" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workflow_id" text NOT NULL,
	"run_id" text NOT NULL,
	"cancellation_id" uuid,
	"kind" text NOT NULL,
	"account" text,
	"dealer_name" text,
	"integration" text NOT NULL,
	"state" text NOT NULL,
	"assignee" text,
	"content" jsonb NOT NULL,
	"answers" jsonb,
	"because" text,
	"gated" boolean DEFAULT false NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"claimed_at" timestamp with time zone,
	"closed_at" timestamp with time zone,
	"closed_by" text,
	"version" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accounts_by_name" ON "accounts" USING btree (lower("name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "cancellations_by_start" ON "cancellations" USING btree ("started_at" DESC NULLS LAST,"id");--> statement-breakpoint
CREATE INDEX "cancellations_by_account" ON "cancellations" USING btree ("account");--> statement-breakpoint
CREATE INDEX "events_by_cancellation" ON "events" USING btree ("cancellation_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_by_business_key" ON "outbox" USING btree ("business_key");--> statement-breakpoint
CREATE INDEX "tasks_by_due" ON "tasks" USING btree ("state","due_at","id");--> statement-breakpoint
CREATE INDEX "tasks_open_by_due" ON "tasks" USING btree ("due_at","id") WHERE "tasks"."state" in ('open', 'claimed', 'with_lead');--> statement-breakpoint
CREATE INDEX "tasks_by_assignee" ON "tasks" USING btree ("assignee","due_at","id");--> statement-breakpoint
CREATE INDEX "tasks_by_account" ON "tasks" USING btree ("account");--> statement-breakpoint
CREATE INDEX "tasks_by_cancellation" ON "tasks" USING btree ("cancellation_id");