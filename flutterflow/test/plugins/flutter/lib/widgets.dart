/// What the widgets need of Flutter's widgets library: it really mounts, rebuilds and disposes of them.
library;

export 'src/basic.dart';
export 'src/binding.dart';
export 'src/foundation.dart'
    show
        ChangeNotifier,
        FlutterError,
        Key,
        Listenable,
        LocalKey,
        TargetPlatform,
        UniqueKey,
        ValueChanged,
        ValueKey,
        ValueListenable,
        ValueNotifier,
        VoidCallback,
        debugPrint;
export 'src/framework.dart' hide BuildOwner, Element, LayoutWidget, StatefulElement;
export 'src/routes.dart';
