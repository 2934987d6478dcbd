// Language → the direction in which it is written.

/** @param language a BCP 47 tag, such as ar, ar-EG or az-Arab: the script, if it is named, decides */
export function directionOf(language: string): 'ltr' | 'rtl' {
  const [, script] = /^[a-z]+-([a-z]{4})(?:-|$)/i.exec(language) ?? [];
  if (script) return /^(adlm|arab|hebr|nkoo|rohg|syrc|thaa)$/i.test(script) ? 'rtl' : 'ltr';
  return /^(ar|ckb|dv|fa|he|iw|ps|sd|ug|ur|yi)(-|$)/i.test(language) ? 'rtl' : 'ltr';
}
