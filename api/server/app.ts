import { randomUUID } from 'node:crypto';
import accepts from '@fastify/accepts';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { cancellationsModule } from '../modules/cancellations/index.ts';
import { feedsModule } from '../modules/feeds/index.ts';
import { accountRoutes } from '../modules/shared/accounts.ts';
import { changeRoutes } from '../modules/shared/changes.ts';
import { codecRoutes } from '../modules/shared/codec.ts';
import { listedDealer } from '../modules/shared/dealerSearch.ts';
import { dealerRoutes } from '../modules/shared/dealers.ts';
import { eventRoutes } from '../modules/shared/events.ts';
import { healthRoutes } from '../modules/shared/health.ts';
import { keyRoutes } from '../modules/shared/keys.ts';
import { overviewRoutes } from '../modules/shared/overview.ts';
import { peopleRoutes } from '../modules/shared/people.ts';
import { problemRoutes } from '../modules/shared/problems.ts';
import type { ProcessModules } from '../modules/shared/processParts.ts';
import { sandboxRoutes } from '../modules/shared/sandbox.ts';
import { scheduleRoutes } from '../modules/shared/schedules.ts';
import { searchRoutes } from '../modules/shared/search.ts';
import { sessionRoutes } from '../modules/shared/session.ts';
import { taskCorrectionRoutes } from '../modules/shared/taskCorrections.ts';
import { taskNoteRoutes } from '../modules/shared/taskNotes.ts';
import { taskRoutes } from '../modules/shared/tasks.ts';
import { addAuthentication, consolePageOf } from './auth.ts';
import { answerClientError } from './clientErrors.ts';
import type { ApiOptions, App } from './options.ts';
import { addCostLimit } from './plugins/costly.ts';
import { addDescription } from './plugins/description.ts';
import { addJsonBody } from './plugins/jsonBody.ts';
import { addDeadlines, addLimits, limitRefusals } from './plugins/limits.ts';
import { logging, RequestLogController } from './plugins/logging.ts';
import { addMaintenance } from './plugins/maintenance.ts';
import { methodsNotAllowed } from './plugins/methods.ts';
import { addPages } from './plugins/pages.ts';
import { addTextCheck } from './plugins/text.ts';
import { addTransfer } from './plugins/transfer.ts';
import { type Problem, sendProblem, toProblem } from './problems.ts';
import { addWebUi } from './webUi/webUi.ts';

export type { ApiOptions, App } from './options.ts';

/** Each process with all that it adds. */
const modules: ProcessModules = { cancellations: cancellationsModule, feeds: feedsModule };

/**
 * The API as an application that a test can use without a port; `listen()` to serve it.
 * @throws Error when a route names no scope and is not public
 */
export async function buildApp(options: ApiOptions): Promise<App> {
  const app = Fastify({
    logger: options.logger ? logging : false,
    logController: new RequestLogController(),
    bodyLimit: 1024 * 1024,
    genReqId: () => randomUUID(),
    requestTimeout: 60_000,
    // What arrives on open connections while the API shuts down is answered as ever.
    return503OnClosing: false,
    trustProxy: options.trustProxy ?? false,
    frameworkErrors: (error, request, reply) => answer(toProblem(error, request), error, request, reply),
    clientErrorHandler: answerClientError,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  app.addHook('onSend', async (_request, reply) => {
    // Answers hold people's words, dealers' names and cookies; only files say themselves how long they may be kept.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });

  await app.register(helmet, {
    contentSecurityPolicy: {
      directives: {
        'font-src': ["'self'", 'data:'],
        'style-src': ["'self'", "'unsafe-inline'"],
        'upgrade-insecure-requests': options.secure ? [] : null,
      },
    },
    hsts: options.secure ?? false,
  });
  await app.register(accepts);
  await app.register(cookie);
  await addLimits(app, options);
  await addTransfer(app);
  const limitRefusal = limitRefusals(app);
  app.setErrorHandler(async (error: Error, request, reply) => {
    const problem = await limitRefusal(toProblem(error, request), request);
    const page = consolePageOf(problem, request, options);
    return page ? reply.header('vary', 'Accept').redirect(page) : answer(problem, error, request, reply);
  });
  addDeadlines(app);
  addAuthentication(app, options);
  addCostLimit(app);
  addJsonBody(app);
  addTextCheck(app);
  addMaintenance(app, options);
  const refuseOtherMethods = methodsNotAllowed(app);
  await addPages(app, options);
  await addDescription(app);
  const listed = listedDealer(modules);
  await addWebUi(app, options, limitRefusal);
  for (const routes of [
    healthRoutes,
    problemRoutes,
    sessionRoutes,
    keyRoutes,
    peopleRoutes,
    accountRoutes,
    eventRoutes,
    scheduleRoutes,
    ...Object.values(modules).flatMap(({ routes }) => routes),
    taskRoutes(modules),
    taskNoteRoutes,
    taskCorrectionRoutes(modules),
    overviewRoutes(modules),
    dealerRoutes(modules, listed),
    searchRoutes(modules, listed),
    codecRoutes,
    sandboxRoutes,
    changeRoutes(Object.values(modules).flatMap(({ changes }) => changes)),
  ]) {
    await app.register(routes, options);
  }
  refuseOtherMethods();
  return app;
}

function answer(problem: Problem, error: Error, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  if (problem.status >= 500) request.log.error({ err: error }, 'request failed');
  return sendProblem(problem, reply);
}
