/// What the widgets need of Flutter's material library.
library;

export 'src/material.dart';
export 'widgets.dart';
