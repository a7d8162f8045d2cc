ALTER TABLE "idempotency_keys" DROP CONSTRAINT "idempotency_keys_api_key_id_key_pk";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "caller" text;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "item" integer DEFAULT -1 NOT NULL;--> statement-breakpoint
UPDATE "idempotency_keys" AS call SET "caller" = coalesce(api_key."person_id", 'key:' || api_key."name")
FROM "api_keys" AS api_key WHERE api_key."id" = call."api_key_id";--> statement-breakpoint
-- The newest of those that two API keys of one caller had used, and none of keys that are gone.
DELETE FROM "idempotency_keys" AS call WHERE call."caller" IS NULL OR EXISTS (
  SELECT FROM "idempotency_keys" AS other WHERE other."caller" = call."caller" AND other."key" = call."key"
  AND (other."created_at", other."api_key_id") > (call."created_at", call."api_key_id"));--> statement-breakpoint
ALTER TABLE "idempotency_keys" ALTER COLUMN "caller" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_caller_key_item_pk" PRIMARY KEY("caller","key","item");--> statement-breakpoint
ALTER TABLE "idempotency_keys" DROP COLUMN "api_key_id";