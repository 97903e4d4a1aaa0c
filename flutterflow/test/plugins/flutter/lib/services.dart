/// What the package needs of Flutter's services library.
library;

export 'src/services.dart';
