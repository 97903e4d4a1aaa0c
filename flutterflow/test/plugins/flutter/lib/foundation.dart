/// What the widgets need of Flutter's foundation library.
library;

export 'src/foundation.dart';
