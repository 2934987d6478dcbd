// Loads an npm package that only some commands need: the module, or an error that says what to install.
import { CoutureError } from '../../runtime/core/errors.ts';

/**
 * @param purpose what needs the package: "Reports with --html need"
 * @throws CoutureError `package_missing`
 */
export async function loadOptional<T>(name: string, purpose: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    // If a dependency of the package is missing, the package is damaged rather than absent.
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw cause;
    throw new CoutureError(
      'package_missing',
      `${purpose} the npm package ${name}, which is not installed.`,
      `Run "npm install ${name}". npm leaves it out with --omit=optional.`,
      { cause },
    );
  }
}
