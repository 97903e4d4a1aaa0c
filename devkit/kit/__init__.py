"""The package for apps, flutterflow/: its items, and how they are compiled and run without a Flutter SDK."""
