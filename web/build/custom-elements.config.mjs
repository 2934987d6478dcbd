// How the widgets' attributes, events and parts get from their sources into dist/custom-elements.json, for editors and tools.
export default {
  globs: ['web/widgets/**/*.element.ts', 'web/widgets/recommendation-widget.ts', 'web/chat/chat.element.ts'],
  litelement: true,
  outdir: 'dist',
  // The analyzer would write the path of its output into package.json at every build.
  packagejson: false,
  quiet: true,
  plugins: [
    {
      name: 'public and sorted',
      packageLinkPhase({ customElementsManifest: { modules } }) {
        for (const declaration of modules.flatMap((module) => module.declarations ?? []))
          declaration.members = declaration.members?.filter(
            ({ name, privacy }) => !privacy && name[0] !== '#',
          );
        // Otherwise in the order of the file system, which differs between machines.
        modules.sort((one, other) => (one.path < other.path ? -1 : 1));
      },
    },
  ],
};
