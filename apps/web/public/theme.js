// Runs before the first paint, so that a chosen theme does not flash. No choice: the system's.
try {
  const theme = localStorage.getItem('cordon.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
} catch {}
