/// What the widgets need of Flutter's rendering library.
library;

export 'src/foundation.dart';
export 'src/rendering.dart';
