import { describe, expect, it } from 'vitest';
import { labelOf, problemSentence } from '../../console/src/parts/problemWords.ts';

describe('a problem with a field in the console', () => {
  it('is a sentence that begins with the field’s label', () => {
    expect(problemSentence('Email', 'must be an email address such as name@example.com')).toBe(
      'Email must be an email address such as name@example.com.',
    );
    expect(problemSentence('Reason', 'is missing: it must be a string')).toBe('Reason is missing.');
    expect(problemSentence('Name', 'is empty')).toBe('Name is empty.');
  });

  it('stays as it is where it is a sentence already', () => {
    for (const sentence of ["The case's number is missing.", '“The form is submitted” must be confirmed.'])
      expect(problemSentence('Other', sentence)).toBe(sentence);
  });

  it('names a field by its label on the page, or by the words of its own name', () => {
    const labels = { '/integrations': 'Integrations', 'query from': 'Requested from' };
    expect(labelOf('/integrations/2', labels)).toBe('Integrations');
    expect(labelOf('query from', labels)).toBe('Requested from');
    expect(labelOf('/requestsPerMinute', labels)).toBe('Requests per minute');
    expect(labelOf('query requestedBy', labels)).toBe('Requested by');
    expect(labelOf('/', labels)).toBe('The request');
  });
});
