/// What the widgets need of Flutter's widgets library: it really mounts, rebuilds and disposes of them.
library;

export 'src/basic.dart';
export 'src/binding.dart';
export 'src/foundation.dart';
export 'src/framework.dart';
export 'src/routes.dart';
