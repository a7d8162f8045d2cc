/** What `npm start` reads from the environment; the rest of the settings it makes itself. */
const read = ['DEALEROPS_DATA_DIR', 'PORT', 'DATABASE_URL', 'TEMPORAL_ADDRESS', 'NODE_OPTIONS'];
/** Read where Temporal is elsewhere. */
const ofTemporal = /^TEMPORAL_|^WEB_UI_(?:URL|UPSTREAM)$/;
const ofProduction =
  /^(?:CST|SALESFORCE|VINSOLUTIONS_EVENTS|FORTELLIS|FEED|PRORESPONSE|(?:BULK_)?WORKER)_|^(?:DEALEROPS_CODEC_KEYS|DATA_AFTER_END_GRACE_DAYS|AUTO_TAM_DIRECTORY_URL|GATE_INACTIVE_STATUSES|SMTP_URL|MAIL_FROM|PUBLIC_URL|TRUST_PROXY|HOST|HEALTH_PORT|METRICS_PORT|LOG_LEVEL)$/;

/** One line for each of the service's settings that is set and that `npm start` does not read. */
export function ignoredSettings(environment: NodeJS.ProcessEnv): string[] {
  const isIgnored = (name: string) =>
    ofProduction.test(name) || (ofTemporal.test(name) && !environment.TEMPORAL_ADDRESS && !read.includes(name));
  return Object.keys(environment)
    .filter((name) => environment[name] && isIgnored(name))
    .sort()
    .map((name) =>
      ofTemporal.test(name)
        ? `${name} is ignored: npm start reads it only together with TEMPORAL_ADDRESS`
        : `${name} is ignored: npm start uses its own; see "In production" of README.md`,
    );
}
