export default {
  date: '2026-04-30',
  weaknesses: [
    {
      id: 'CWE-269',
      name: 'Improper Privilege Management',
      status: 'Draft',
      usage: 'Discouraged',
    },
    {
      id: 'CWE-30',
      name: "Path Traversal: '\\dir\\..\\filename'",
      status: 'Draft',
      usage: 'Allowed',
    },
    {
      id: 'CWE-217',
      name: 'DEPRECATED: Gone',
      status: 'Deprecated',
      usage: 'Prohibited',
    },
  ],
}
