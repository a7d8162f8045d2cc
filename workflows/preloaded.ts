/**
 * What the workflows of a worker share, made once and not for each of them: modules that keep nothing of one workflow. So
 * never `steps/`, of which some do.
 */
import '@temporalio/workflow';
import '../domain/cancellations.ts';
import '../domain/searchAttributes.ts';
import '../domain/tasks.ts';
import '../domain/taskTexts.ts';
import '../domain/vendors.ts';

// The SDK notes a stack for each promise, which is a third of what a workflow costs: fewer frames, still to the line that waits.
Error.stackTraceLimit = 5;
