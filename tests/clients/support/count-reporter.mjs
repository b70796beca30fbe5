// A reporter for node --test that writes lines of three numbers: passed, failed and skipped tests, one line a test, so that what is counted is
// there however the run ends. Suites are not tests.
export default async function* count(events) {
  for await (const { type, data } of events) {
    if ((type !== 'test:pass' && type !== 'test:fail') || data.details?.type === 'suite') continue;
    if (data.skip !== undefined || data.todo !== undefined) yield '0 0 1\n';
    else yield type === 'test:pass' ? '1 0 0\n' : '0 1 0\n';
  }
}
