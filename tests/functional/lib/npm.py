"""Modules from npm, at the versions and checksums of a package-lock.json."""
import os
import shutil
import subprocess


def install(lock_folder, folder):
    """Brings what lock_folder/package-lock.json names into folder; gives why not, or None."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(lock_folder / name, folder)
    env = {**os.environ, "PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD": "1", "npm_config_update_notifier": "false"}
    if not os.access(os.path.expanduser("~"), os.W_OK):
        env["HOME"] = str(folder) # npm's cache
    done = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder,
                          env=env, capture_output=True, text=True, check=False, timeout=300)
    if done.returncode == 0:
        return None
    return "\n".join([f"npm ci ended with {done.returncode}: the tests need npm's registry",
                      *done.stderr.splitlines()[-20:]])
