// Types of the module that pages load.
/** Importing the module defines the elements `couture-…`; see web/custom-elements.json for their attributes and events. */
export {};
