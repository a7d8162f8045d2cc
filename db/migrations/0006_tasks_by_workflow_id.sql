ALTER TABLE "tasks" ALTER COLUMN "version" SET DATA TYPE bigint;--> statement-breakpoint
ALTER TABLE "tasks" DROP COLUMN "run_id";