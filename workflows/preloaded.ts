/**
 * What the workflows of a worker share, made once and not for each of them: modules that keep nothing of one workflow. So
 * never the workflows' own modules, of which some do.
 */
import '@temporalio/workflow';
import '../domain/cancellations/cancellations.ts';
import '../domain/shared/searchAttributes.ts';
import '../domain/shared/tasks.ts';
import '../domain/cancellations/catalog.ts';
import '../domain/shared/vendors.ts';
import '../domain/feeds/catalog.ts';

// The SDK notes a stack for each promise, which is a third of what a workflow costs: fewer frames, still to the line that waits.
Error.stackTraceLimit = 5;
