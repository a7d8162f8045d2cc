CREATE TYPE "public"."task_priority" AS ENUM('urgent', 'high', 'normal', 'low');--> statement-breakpoint
CREATE TABLE "cancellation_integrations" (
	"cancellation_id" uuid NOT NULL,
	"integration" text NOT NULL,
	"workflow_id" text NOT NULL,
	"run_id" text NOT NULL,
	"state" text NOT NULL,
	"standing" text GENERATED ALWAYS AS (case
  when state not in ('in_progress', 'waiting') or not steps @> '[{"step": "reinstate"}]' then state
  when steps @> '[{"state": "blocked"}]' then 'blocked'
  else 'withdrawn' end) STORED NOT NULL,
	"reason" text,
	"steps" jsonb NOT NULL,
	"version" bigint NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL,
	CONSTRAINT "cancellation_integrations_cancellation_id_integration_pk" PRIMARY KEY("cancellation_id","integration")
);
--> statement-breakpoint
CREATE TABLE "cancellation_requests" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"cancellation_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"integrations" jsonb NOT NULL,
	"when_active" text DEFAULT 'block' NOT NULL,
	"dealer_ids" jsonb,
	"requested_by" text NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	"taken_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "cancellations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"dealer_name" text,
	"time_zone" text,
	"reason" text NOT NULL,
	"state" text NOT NULL,
	"joinable" boolean DEFAULT false NOT NULL,
	"requested_by" text NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone,
	"withdrawn_at" timestamp with time zone,
	"withdrawn_by" text,
	"withdrawn_reason" text,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "data_arrivals" (
	"integration" text NOT NULL,
	"key_hash" text NOT NULL,
	"cancellation_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"source" text,
	"reported_by" text NOT NULL,
	"reported_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "data_arrivals_integration_key_hash_cancellation_id_pk" PRIMARY KEY("integration","key_hash","cancellation_id")
);
--> statement-breakpoint
CREATE TABLE "feed_onboarding_permissions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"onboarding_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"said_by" text,
	"said_on" date NOT NULL,
	"note" text,
	"recorded_by" text NOT NULL,
	"recorded_at" timestamp with time zone DEFAULT now() NOT NULL,
	"taken_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "feed_onboarding_requests" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"onboarding_id" uuid NOT NULL,
	"kinds" text[] NOT NULL,
	"requested_by" text NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feed_onboardings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"dealer_name" text NOT NULL,
	"time_zone" text NOT NULL,
	"dms" text NOT NULL,
	"kinds" text[] NOT NULL,
	"contact_name" text,
	"contact_phone" text,
	"contact_email" text,
	"package" text,
	"level" text,
	"exception_by" text,
	"exception_reason" text,
	"state" text DEFAULT 'in_progress' NOT NULL,
	"reason" text,
	"steps" jsonb NOT NULL,
	"asked_at" timestamp with time zone,
	"requested_by" text NOT NULL,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"closed_at" timestamp with time zone,
	"version" bigint DEFAULT 0 NOT NULL,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "activities" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "activities_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account" text NOT NULL,
	"contact_id" bigint NOT NULL,
	"type" text NOT NULL,
	"dms" text NOT NULL,
	"key" text collate "C" NOT NULL,
	"occurred_on" date NOT NULL,
	"amount_financed" numeric(14, 2),
	"term" integer,
	"monthly_payment" numeric(14, 2),
	"final_payment_on" date,
	"work_order_number" text,
	"is_number_derived" boolean DEFAULT false NOT NULL,
	"amount" numeric(14, 2),
	"vin" text collate "C",
	"stock_number" text,
	"unit_year" smallint,
	"unit_make" text,
	"unit_model" text,
	"unit_type" text,
	"description" text,
	"contact_rule" text NOT NULL,
	"contact_candidates" smallint NOT NULL,
	"import_id" uuid NOT NULL,
	"file_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"record_hash" "bytea" NOT NULL,
	"customer_hash" bigint NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "activity_segments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"name" text NOT NULL,
	"filter" jsonb NOT NULL,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contacts" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "contacts_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"account" text NOT NULL,
	"dms" text,
	"customer_number" text collate "C",
	"email" text collate "C",
	"phone" text collate "C",
	"first_name" text,
	"last_name" text,
	"company" text,
	"postal_code" text collate "C",
	"name_key" text collate "C",
	"merged_into" bigint,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feed_files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"import_id" uuid NOT NULL,
	"run_id" uuid NOT NULL,
	"path" text NOT NULL,
	"size" bigint NOT NULL,
	"modified_at" timestamp with time zone NOT NULL,
	"sha256" "bytea",
	"state" text NOT NULL,
	"reason" text,
	"header" text[],
	"encoding" text,
	"counts" jsonb NOT NULL,
	"contacts_found" integer DEFAULT 0 NOT NULL,
	"contacts_created" integer DEFAULT 0 NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"removed_at" timestamp with time zone,
	"removal_problem" text,
	"approved_by" text,
	"ignored_by" text,
	"reported_at" timestamp with time zone,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feed_imports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"account" text NOT NULL,
	"dealer_name" text,
	"time_zone" text NOT NULL,
	"dms" text NOT NULL,
	"kind" text NOT NULL,
	"delete_from_server" boolean NOT NULL,
	"move_to" text,
	"directory" text NOT NULL,
	"filename" text NOT NULL,
	"regex" boolean NOT NULL,
	"host" text NOT NULL,
	"port" integer NOT NULL,
	"username" text NOT NULL,
	"password" text,
	"private_key" text,
	"host_keys" text[] NOT NULL,
	"local_time" text NOT NULL,
	"jitter_minutes" integer NOT NULL,
	"max_rejected_share" real NOT NULL,
	"silent_after_days" integer DEFAULT 3 NOT NULL,
	"small_below_share" real DEFAULT 0.25 NOT NULL,
	"state" text DEFAULT 'active' NOT NULL,
	"paused_by" text,
	"paused_reason" text,
	"paused_at" timestamp with time zone,
	"ends_on" date,
	"contract_reference" text,
	"end_requested_by" text,
	"ended_at" timestamp with time zone,
	"active_since" timestamp with time zone DEFAULT now() NOT NULL,
	"delivered_at" timestamp with time zone,
	"silence_told_on" date,
	"created_by" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"version" integer DEFAULT 1 NOT NULL,
	"applied_version" integer DEFAULT 0 NOT NULL,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feed_rejected_rows" (
	"id" uuid PRIMARY KEY NOT NULL,
	"import_id" uuid NOT NULL,
	"file_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"record_hash" "bytea" NOT NULL,
	"column_name" text,
	"code" text NOT NULL,
	"reason" text NOT NULL,
	"raw" "bytea" NOT NULL,
	"state" text DEFAULT 'open' NOT NULL,
	"correction" "bytea",
	"corrected_by" text,
	"corrected_at" timestamp with time zone,
	"activity_id" bigint,
	"version" integer DEFAULT 1 NOT NULL,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "feed_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"import_id" uuid NOT NULL,
	"import_version" integer NOT NULL,
	"workflow_id" text NOT NULL,
	"trigger" text NOT NULL,
	"date" date,
	"requested_by" text,
	"started_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"ended_at" timestamp with time zone,
	"outcome" text,
	"reason" text,
	"counts" jsonb NOT NULL,
	"contacts_found" integer DEFAULT 0 NOT NULL,
	"contacts_created" integer DEFAULT 0 NOT NULL,
	"is_small" boolean DEFAULT false NOT NULL,
	"progress" jsonb,
	"report" "bytea",
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "accounts" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"effective_status" text NOT NULL,
	"parent_sales_account_id" text,
	"time_zone" text NOT NULL,
	"integrations" jsonb NOT NULL,
	"package" text,
	"level" text,
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
CREATE TABLE "events" (
	"id" text PRIMARY KEY NOT NULL,
	"sequence" bigint GENERATED ALWAYS AS IDENTITY (sequence name "events_sequence_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"process" text NOT NULL,
	"subject" text NOT NULL,
	"task_id" uuid,
	"account" text,
	"vendor" text,
	"at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"by" text NOT NULL,
	"key_id" uuid,
	"action" text NOT NULL,
	"detail" text,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "failing_systems" (
	"system" text PRIMARY KEY NOT NULL,
	"since" timestamp with time zone DEFAULT now() NOT NULL,
	"last_failed_at" timestamp with time zone DEFAULT now() NOT NULL,
	"reason" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"caller" text NOT NULL,
	"key" text NOT NULL,
	"item" integer DEFAULT -1 NOT NULL,
	"body_hash" text NOT NULL,
	"request_id" uuid NOT NULL,
	"response" jsonb,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_keys_caller_key_item_pk" PRIMARY KEY("caller","key","item")
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
	"sending_until" timestamp with time zone,
	"rejected_since" timestamp with time zone,
	"rejected_at" timestamp with time zone,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"settled_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"email" text NOT NULL,
	"teams" text[] NOT NULL,
	"lead_of" text,
	"active" boolean DEFAULT true NOT NULL
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"token_hash" text NOT NULL,
	"key_id" uuid NOT NULL,
	"owner" text NOT NULL,
	"created_at" timestamp (3) with time zone DEFAULT now() NOT NULL,
	"last_used_at" timestamp with time zone DEFAULT now() NOT NULL,
	"address" text NOT NULL,
	"browser" text NOT NULL,
	CONSTRAINT "sessions_token_hash_unique" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "sign_in_links" (
	"token_hash" text PRIMARY KEY NOT NULL,
	"key_id" uuid NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"workflow_id" text NOT NULL,
	"process" text NOT NULL,
	"subject" text NOT NULL,
	"kind" text NOT NULL,
	"team" text NOT NULL,
	"account" text,
	"accounts" text[],
	"dealer_name" text,
	"time_zone" text DEFAULT 'America/Chicago' NOT NULL,
	"integration" text,
	"state" text NOT NULL,
	"assignee" text,
	"priority" "task_priority" DEFAULT 'normal' NOT NULL,
	"follow_up_at" timestamp with time zone,
	"follow_up_note" text,
	"content" jsonb NOT NULL,
	"answers" jsonb,
	"answers_before" jsonb,
	"corrections" jsonb,
	"draft_answers" jsonb,
	"draft_by" text,
	"draft_at" timestamp with time zone,
	"reason" text,
	"guard" text,
	"opened_at" timestamp with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"claimed_at" timestamp with time zone,
	"begun" boolean DEFAULT false NOT NULL,
	"closed_at" timestamp with time zone,
	"closed_by" text,
	"version" bigint NOT NULL,
	"changed_in" "xid8" DEFAULT pg_current_xact_id() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "api_keys" ADD CONSTRAINT "api_keys_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_in_links" ADD CONSTRAINT "sign_in_links_key_id_api_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."api_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "cancellation_integrations_by_change" ON "cancellation_integrations" USING btree ("changed_in");--> statement-breakpoint
CREATE INDEX "cancellation_integrations_open" ON "cancellation_integrations" USING btree ("integration") WHERE "cancellation_integrations"."state" in ('in_progress', 'waiting');--> statement-breakpoint
CREATE INDEX "cancellation_integrations_by_standing" ON "cancellation_integrations" USING btree ("standing","cancellation_id");--> statement-breakpoint
CREATE INDEX "cancellation_requests_by_cancellation" ON "cancellation_requests" USING btree ("cancellation_id","requested_at");--> statement-breakpoint
CREATE INDEX "cancellation_requests_not_taken" ON "cancellation_requests" USING btree ("requested_at") WHERE "cancellation_requests"."taken_at" is null;--> statement-breakpoint
CREATE INDEX "cancellation_requests_by_dealer_ids" ON "cancellation_requests" USING gin ("dealer_ids" jsonb_path_ops);--> statement-breakpoint
CREATE INDEX "cancellations_by_start" ON "cancellations" USING btree ("started_at" DESC NULLS LAST,"id");--> statement-breakpoint
CREATE INDEX "cancellations_by_account" ON "cancellations" USING btree ("account");--> statement-breakpoint
CREATE INDEX "cancellations_by_change" ON "cancellations" USING btree ("changed_in");--> statement-breakpoint
CREATE UNIQUE INDEX "cancellations_joinable" ON "cancellations" USING btree ("account") WHERE "cancellations"."joinable";--> statement-breakpoint
CREATE INDEX "cancellations_open" ON "cancellations" USING btree ("started_at","id") WHERE "cancellations"."state" = 'open';--> statement-breakpoint
CREATE INDEX "data_arrivals_by_cancellation" ON "data_arrivals" USING btree ("cancellation_id","integration","received_at");--> statement-breakpoint
CREATE INDEX "feed_onboarding_permissions_by_onboarding" ON "feed_onboarding_permissions" USING btree ("onboarding_id","recorded_at");--> statement-breakpoint
CREATE INDEX "feed_onboarding_requests_by_onboarding" ON "feed_onboarding_requests" USING btree ("onboarding_id","requested_at");--> statement-breakpoint
CREATE UNIQUE INDEX "feed_onboardings_open" ON "feed_onboardings" USING btree ("account","dms") WHERE "feed_onboardings"."closed_at" is null;--> statement-breakpoint
CREATE INDEX "feed_onboardings_by_start" ON "feed_onboardings" USING btree ("started_at" DESC NULLS LAST,"id");--> statement-breakpoint
CREATE INDEX "feed_onboardings_by_account" ON "feed_onboardings" USING btree ("account","started_at");--> statement-breakpoint
CREATE INDEX "feed_onboardings_by_change" ON "feed_onboardings" USING btree ("changed_in");--> statement-breakpoint
CREATE UNIQUE INDEX "activities_by_key" ON "activities" USING btree ("account","key","dms","type");--> statement-breakpoint
CREATE INDEX "activities_by_contact" ON "activities" USING btree ("contact_id");--> statement-breakpoint
CREATE INDEX "activities_by_vin" ON "activities" USING hash ("vin") WHERE "activities"."vin" is not null;--> statement-breakpoint
CREATE INDEX "activities_by_date" ON "activities" USING btree ("account","occurred_on","id","type","amount_financed","amount","term","final_payment_on","unit_make","unit_model");--> statement-breakpoint
CREATE UNIQUE INDEX "activity_segments_by_name" ON "activity_segments" USING btree ("account",lower("name"));--> statement-breakpoint
CREATE INDEX "contacts_by_number" ON "contacts" USING btree ("account","customer_number") WHERE "contacts"."customer_number" is not null;--> statement-breakpoint
CREATE INDEX "contacts_by_email" ON "contacts" USING btree ("account","email") WHERE "contacts"."email" is not null;--> statement-breakpoint
CREATE INDEX "contacts_by_phone" ON "contacts" USING btree ("account","phone") WHERE "contacts"."phone" is not null;--> statement-breakpoint
CREATE INDEX "contacts_by_name" ON "contacts" USING btree ("account","name_key") WHERE "contacts"."name_key" is not null and "contacts"."postal_code" is not null;--> statement-breakpoint
CREATE INDEX "contacts_merged" ON "contacts" USING btree ("account","merged_into") WHERE "contacts"."merged_into" is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "feed_files_content" ON "feed_files" USING btree ("import_id","sha256") WHERE "feed_files"."state" = 'imported';--> statement-breakpoint
CREATE UNIQUE INDEX "feed_files_not_imported" ON "feed_files" USING btree ("import_id","path","size","modified_at") WHERE "feed_files"."state" in ('set_aside', 'rejected');--> statement-breakpoint
CREATE INDEX "feed_files_by_import" ON "feed_files" USING btree ("import_id","path");--> statement-breakpoint
CREATE INDEX "feed_files_by_run" ON "feed_files" USING btree ("run_id","at","id");--> statement-breakpoint
CREATE INDEX "feed_files_by_change" ON "feed_files" USING btree ("changed_in");--> statement-breakpoint
CREATE INDEX "feed_imports_by_account" ON "feed_imports" USING btree ("account","created_at");--> statement-breakpoint
CREATE INDEX "feed_imports_by_creation" ON "feed_imports" USING btree ("created_at","id");--> statement-breakpoint
CREATE UNIQUE INDEX "feed_imports_current" ON "feed_imports" USING btree ("account","dms","kind") WHERE "feed_imports"."state" <> 'ended';--> statement-breakpoint
CREATE INDEX "feed_imports_by_server" ON "feed_imports" USING btree ("host","port",lower(trim(both '/' from "directory"))) WHERE "feed_imports"."state" <> 'ended';--> statement-breakpoint
CREATE INDEX "feed_imports_moving_to" ON "feed_imports" USING btree ("host","port",lower(trim(both '/' from "move_to"))) WHERE "feed_imports"."state" <> 'ended' and "feed_imports"."move_to" is not null;--> statement-breakpoint
CREATE INDEX "feed_imports_active" ON "feed_imports" USING btree ("id") WHERE "feed_imports"."state" = 'active';--> statement-breakpoint
CREATE INDEX "feed_imports_by_change" ON "feed_imports" USING btree ("changed_in");--> statement-breakpoint
CREATE INDEX "feed_imports_not_applied" ON "feed_imports" USING btree ("id") WHERE "feed_imports"."version" <> "feed_imports"."applied_version";--> statement-breakpoint
CREATE UNIQUE INDEX "feed_rejected_rows_record" ON "feed_rejected_rows" USING btree ("import_id","record_hash");--> statement-breakpoint
CREATE INDEX "feed_rejected_rows_by_state" ON "feed_rejected_rows" USING btree ("import_id","state","at","line","id");--> statement-breakpoint
CREATE INDEX "feed_rejected_rows_by_file" ON "feed_rejected_rows" USING btree ("file_id","line");--> statement-breakpoint
CREATE INDEX "feed_rejected_rows_by_change" ON "feed_rejected_rows" USING btree ("changed_in");--> statement-breakpoint
CREATE INDEX "feed_runs_by_import" ON "feed_runs" USING btree ("import_id","started_at" DESC NULLS LAST,"id");--> statement-breakpoint
CREATE INDEX "feed_runs_by_end" ON "feed_runs" USING btree ("ended_at");--> statement-breakpoint
CREATE INDEX "feed_runs_by_change" ON "feed_runs" USING btree ("changed_in");--> statement-breakpoint
CREATE INDEX "accounts_by_name" ON "accounts" USING btree (lower("name") text_pattern_ops);--> statement-breakpoint
CREATE INDEX "events_by_process" ON "events" USING btree ("process","at","sequence");--> statement-breakpoint
CREATE INDEX "events_by_subject" ON "events" USING btree ("process","subject","at","sequence");--> statement-breakpoint
CREATE INDEX "events_by_account" ON "events" USING btree ("account","at","sequence");--> statement-breakpoint
CREATE INDEX "events_of_dealers" ON "events" USING btree ("at","sequence") WHERE "events"."account" is not null;--> statement-breakpoint
CREATE INDEX "events_by_task" ON "events" USING btree ("task_id","at","sequence");--> statement-breakpoint
CREATE INDEX "events_by_change" ON "events" USING btree ("changed_in");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_by_business_key" ON "outbox" USING btree ("business_key");--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("kind") WHERE "outbox"."state" in ('queued', 'sending');--> statement-breakpoint
CREATE INDEX "outbox_accepted" ON "outbox" USING btree ("settled_at") WHERE "outbox"."state" = 'accepted';--> statement-breakpoint
CREATE INDEX "sessions_by_owner" ON "sessions" USING btree ("owner","created_at");--> statement-breakpoint
CREATE INDEX "tasks_by_state" ON "tasks" USING btree ("state","priority","due_at","id");--> statement-breakpoint
CREATE INDEX "tasks_open" ON "tasks" USING btree ("priority","due_at","id") WHERE "tasks"."state" in ('open', 'claimed', 'escalated');--> statement-breakpoint
CREATE INDEX "tasks_by_assignee" ON "tasks" USING btree ("assignee","priority","due_at","id");--> statement-breakpoint
CREATE INDEX "tasks_by_account" ON "tasks" USING btree ("account","dealer_name","opened_at");--> statement-breakpoint
CREATE INDEX "tasks_by_accounts" ON "tasks" USING gin ("accounts") WHERE "tasks"."accounts" is not null;--> statement-breakpoint
CREATE INDEX "tasks_by_subject" ON "tasks" USING btree ("process","subject");--> statement-breakpoint
CREATE INDEX "tasks_by_change" ON "tasks" USING btree ("changed_in");--> statement-breakpoint
CREATE INDEX "tasks_by_end" ON "tasks" USING btree ("closed_at") WHERE "tasks"."closed_at" is not null;--> statement-breakpoint
CREATE INDEX "tasks_by_answers" ON "tasks" USING gin (jsonb_path_query_array(lower("answers"::text)::jsonb, '$.*') jsonb_path_ops);