// The version of the texts that a shopper sees when turning notifications on: the button of <couture-push-toggle> and the
// labels of topics. It is stored with each subscription. A test fails when the texts change and the version doesn't.

/** Date of the last change of the texts, in any language. */
export const consentVersion = '2026-11-29-bag';
