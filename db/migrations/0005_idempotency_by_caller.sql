ALTER TABLE "idempotency_keys" DROP CONSTRAINT "idempotency_keys_api_key_id_key_pk";--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "caller" text;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD COLUMN "item" integer DEFAULT -1 NOT NULL;--> statement-breakpoint
UPDATE "idempotency_keys" AS call SET "caller" = coalesce(api_key."person_id", 'key:' || api_key."name")
FROM "api_keys" AS api_key WHERE api_key."id" = call."api_key_id";--> statement-breakpoint
-- The items of a batch had keys such as batch#0#D-1: the batch's key, the item's place and its account.
UPDATE "idempotency_keys" AS call SET "key" = batch."key", "item" = substring(call."key" FROM '#(\d{1,3})#[^#]+$')::integer
FROM "idempotency_keys" AS batch WHERE batch."api_key_id" = call."api_key_id"
  AND call."key" ~ '#\d{1,3}#[^#]+$' AND batch."key" = regexp_replace(call."key", '#\d{1,3}#[^#]+$', '');--> statement-breakpoint
-- A quoted key is the same as the bare one.
UPDATE "idempotency_keys" SET "key" = regexp_replace(substr("key", 2, length("key") - 2), '\\(.)', '\1', 'g')
WHERE "key" ~ '^"([^"\\]|\\["\\])+"$';--> statement-breakpoint
-- The newest of those that are the same now, and none of API keys that are gone.
DELETE FROM "idempotency_keys" AS call WHERE call."caller" IS NULL OR EXISTS (
  SELECT FROM "idempotency_keys" AS other WHERE other."caller" = call."caller" AND other."key" = call."key" AND other."item" = call."item"
  AND (other."created_at", other.ctid) > (call."created_at", call.ctid));--> statement-breakpoint
ALTER TABLE "idempotency_keys" ALTER COLUMN "caller" SET NOT NULL;--> statement-breakpoint
ALTER TABLE "idempotency_keys" ADD CONSTRAINT "idempotency_keys_caller_key_item_pk" PRIMARY KEY("caller","key","item");--> statement-breakpoint
ALTER TABLE "idempotency_keys" DROP COLUMN "api_key_id";