/// Widgets, their elements and states: mounted, updated, rebuilt and disposed of as Flutter does it.
///
/// Without layout, painting, global keys and deactivation: what leaves the tree is disposed of at once.
library;

import 'foundation.dart';
import 'rendering.dart';

abstract class BuildContext {
  Widget get widget;
  bool get mounted;

  T? dependOnInheritedWidgetOfExactType<T extends InheritedWidget>({Object? aspect});
  T? getInheritedWidgetOfExactType<T extends InheritedWidget>();
  T? findAncestorStateOfType<T extends State>();
  RenderObject? findRenderObject();
}

abstract class Widget {
  const Widget({this.key});

  final Key? key;

  Element createElement();

  static bool canUpdate(Widget old, Widget by) => old.runtimeType == by.runtimeType && old.key == by.key;
}

typedef WidgetBuilder = Widget Function(BuildContext context);
typedef ValueWidgetBuilder<T> = Widget Function(BuildContext context, T value, Widget? child);

abstract class StatelessWidget extends Widget {
  const StatelessWidget({super.key});

  Widget build(BuildContext context);

  @override
  Element createElement() => _StatelessElement(this);
}

abstract class StatefulWidget extends Widget {
  const StatefulWidget({super.key});

  State createState();

  @override
  Element createElement() => StatefulElement(this);
}

abstract class InheritedWidget extends Widget {
  const InheritedWidget({super.key, required this.child});

  final Widget child;

  bool updateShouldNotify(covariant InheritedWidget oldWidget);

  @override
  Element createElement() => _InheritedElement(this);
}

/// A widget that lays out others, or draws.
abstract class LayoutWidget extends Widget {
  const LayoutWidget({super.key});

  List<Widget> get parts;

  /// What it tells of each of its parts, if anything.
  ParentData? get partsData => null;

  @override
  Element createElement() => _LayoutElement(this);
}

enum _Life { created, initialized, ready, defunct }

abstract class State<T extends StatefulWidget> {
  T? _widget;
  StatefulElement? _element;
  _Life _life = _Life.created;
  bool _initialized = false;
  bool _disposed = false;

  T get widget => _widget!;

  bool get mounted => _element != null;

  BuildContext get context =>
      _element ?? (throw FlutterError('This widget has been unmounted, so the State no longer has a context.'));

  void initState() => _initialized = true;

  void didChangeDependencies() {}

  void didUpdateWidget(covariant T oldWidget) {}

  void dispose() => _disposed = true;

  void setState(VoidCallback fn) {
    if (_life == _Life.defunct) throw FlutterError('setState() called after dispose(): $runtimeType');
    if (_life == _Life.created && !mounted) throw FlutterError('setState() called in constructor: $runtimeType');
    final Object? result = (fn as dynamic)();
    if (result is Future) throw FlutterError('setState() callback argument returned a Future.');
    _element!.markNeedsBuild();
  }

  Widget build(BuildContext context);
}

/// Rebuilds what has changed, parents first.
class BuildOwner {
  final _dirty = <Element>[];
  bool building = false;

  bool get hasWork => _dirty.isNotEmpty;

  void buildScope() {
    building = true;
    try {
      while (_dirty.isNotEmpty) {
        _dirty.sort((a, b) => a._depth - b._depth);
        final element = _dirty.removeAt(0);
        if (element.mounted && element._isDirty) element.rebuild();
      }
    } finally {
      building = false;
    }
  }

  /// Mounts the root, or gives it another widget.
  Element attach(Element? root, Widget widget) {
    building = true;
    try {
      if (root != null) return root..update(widget);
      final element = widget.createElement().._owner = this;
      return element..mount(null);
    } finally {
      building = false;
    }
  }
}

abstract class Element implements BuildContext {
  Element(this._widget);

  Widget _widget;
  Element? _parent;
  BuildOwner? _owner;
  Map<Type, _InheritedElement> _inherited = const {};
  int _depth = 0;
  bool _mounted = false;
  bool _isDirty = true;
  final _dependencies = <_InheritedElement>{};

  @override
  Widget get widget => _widget;

  @override
  bool get mounted => _mounted;

  List<Element> get children;

  void mount(Element? parent) {
    _parent = parent;
    _owner = parent?._owner ?? _owner;
    _depth = (parent?._depth ?? 0) + 1;
    _inherited = parent?._inheritedBelow ?? const {};
    _mounted = true;
  }

  Map<Type, _InheritedElement> get _inheritedBelow => _inherited;

  void update(Widget by) => _widget = by;

  void rebuild() => _isDirty = false;

  void unmount() {
    for (final child in children) {
      child.unmount();
    }
    for (final inherited in _dependencies) {
      inherited._dependents.remove(this);
    }
    _mounted = false;
  }

  void didChangeDependencies() => markNeedsBuild();

  void markNeedsBuild() {
    if (!_mounted || _isDirty) return;
    if (_owner!.building) throw FlutterError('setState() or markNeedsBuild() called during build: $_widget');
    _isDirty = true;
    _owner!._dirty.add(this);
  }

  /// As [markNeedsBuild], by the framework itself while it builds.
  void _markInBuild() {
    if (!_mounted || _isDirty) return;
    _isDirty = true;
    _owner!._dirty.add(this);
  }

  Element? updateChild(Element? child, Widget by) {
    if (child != null && identical(child._widget, by)) return child;
    if (child != null && Widget.canUpdate(child._widget, by)) return child..update(by);
    child?.unmount();
    return by.createElement()..mount(this);
  }

  @override
  T? dependOnInheritedWidgetOfExactType<T extends InheritedWidget>({Object? aspect}) {
    final found = _inherited[T];
    if (found == null) return null;
    found._dependents.add(this);
    _dependencies.add(found);
    return found._widget as T;
  }

  @override
  T? getInheritedWidgetOfExactType<T extends InheritedWidget>() => _inherited[T]?._widget as T?;

  @override
  T? findAncestorStateOfType<T extends State>() {
    for (var above = _parent; above != null; above = above._parent) {
      if (above is StatefulElement && above.state is T) return above.state as T;
    }
    return null;
  }

  @override
  RenderObject? findRenderObject() {
    if (!_mounted) throw FlutterError('Cannot get renderObject of inactive element.');
    return renderObject;
  }

  /// Its own, or that of the first drawn thing below.
  RenderObject? get renderObject => children.isEmpty ? null : children.first.renderObject;
}

abstract class _ComponentElement extends Element {
  _ComponentElement(super.widget);

  Element? _child;

  @override
  List<Element> get children => [if (_child != null) _child!];

  Widget build();

  @override
  void mount(Element? parent) {
    super.mount(parent);
    rebuild();
  }

  @override
  void rebuild() {
    final built = build();
    super.rebuild();
    _child = updateChild(_child, built);
  }
}

class _StatelessElement extends _ComponentElement {
  _StatelessElement(StatelessWidget super.widget);

  @override
  Widget build() => (_widget as StatelessWidget).build(this);

  @override
  void update(Widget by) {
    super.update(by);
    _isDirty = true;
    rebuild();
  }
}

class StatefulElement extends _ComponentElement {
  StatefulElement(StatefulWidget super.widget) : state = widget.createState();

  final State state;
  bool _changedDependencies = false;

  @override
  Widget build() => state.build(this);

  @override
  void mount(Element? parent) {
    state
      .._element = this
      .._widget = _widget as StatefulWidget;
    super.mount(parent);
  }

  @override
  void rebuild() {
    if (state._life == _Life.created) {
      final Object? result = (state.initState as dynamic)();
      if (result is Future) throw FlutterError('${state.runtimeType}.initState() returned a Future.');
      if (!state._initialized) throw FlutterError('${state.runtimeType}.initState failed to call super.initState.');
      state._life = _Life.initialized;
      state.didChangeDependencies();
      state._life = _Life.ready;
    } else if (_changedDependencies) {
      _changedDependencies = false;
      state.didChangeDependencies();
    }
    super.rebuild();
  }

  @override
  void update(Widget by) {
    final old = state._widget!;
    super.update(by);
    state._widget = by as StatefulWidget;
    _isDirty = true;
    final Object? result = (state.didUpdateWidget as dynamic)(old);
    if (result is Future) throw FlutterError('${state.runtimeType}.didUpdateWidget() returned a Future.');
    rebuild();
  }

  @override
  void didChangeDependencies() {
    _changedDependencies = true;
    super.didChangeDependencies();
  }

  @override
  T? dependOnInheritedWidgetOfExactType<T extends InheritedWidget>({Object? aspect}) {
    if (state._life == _Life.created) {
      throw FlutterError('dependOnInheritedWidgetOfExactType<$T>() was called before ${state.runtimeType}.initState() completed.');
    }
    return super.dependOnInheritedWidgetOfExactType<T>(aspect: aspect);
  }

  @override
  void unmount() {
    super.unmount();
    state.dispose();
    if (!state._disposed) throw FlutterError('${state.runtimeType}.dispose failed to call super.dispose.');
    state
      .._life = _Life.defunct
      .._element = null;
  }
}

class _InheritedElement extends _ComponentElement {
  _InheritedElement(InheritedWidget super.widget);

  final _dependents = <Element>{};

  @override
  Map<Type, _InheritedElement> get _inheritedBelow => {..._inherited, _widget.runtimeType: this};

  @override
  Widget build() => (_widget as InheritedWidget).child;

  @override
  void update(Widget by) {
    final old = _widget as InheritedWidget;
    super.update(by);
    if ((by as InheritedWidget).updateShouldNotify(old)) {
      for (final dependent in [..._dependents]) {
        if (dependent is StatefulElement) dependent._changedDependencies = true;
        dependent._markInBuild();
      }
    }
    _isDirty = true;
    rebuild();
  }
}

class _LayoutElement extends Element {
  _LayoutElement(LayoutWidget super.widget);

  final _drawn = RenderObject();
  List<Element> _children = [];

  @override
  List<Element> get children => _children;

  @override
  RenderObject get renderObject => _drawn;

  @override
  void mount(Element? parent) {
    super.mount(parent);
    for (var above = parent; above != null; above = above._parent) {
      if (above is! _LayoutElement) continue;
      _drawn.parent = above._drawn;
      break;
    }
    _fill();
  }

  @override
  void update(Widget by) {
    super.update(by);
    _fill();
  }

  @override
  void rebuild() {
    super.rebuild();
    _fill();
  }

  void _fill() {
    _isDirty = false;
    final parts = (_widget as LayoutWidget).parts;
    _children = _matched(_children, parts);
    for (final child in _children) {
      child.renderObject?.parentData = (_widget as LayoutWidget).partsData;
    }
  }

  /// From both ends those that match in their order; between them by key; all else is made anew.
  List<Element> _matched(List<Element> old, List<Widget> by) {
    bool same(int i, int j) => Widget.canUpdate(old[i]._widget, by[j]);
    var top = 0;
    while (top < old.length && top < by.length && same(top, top)) {
      top++;
    }
    var bottom = 0;
    while (bottom < old.length - top &&
        bottom < by.length - top &&
        same(old.length - 1 - bottom, by.length - 1 - bottom)) {
      bottom++;
    }
    final between = old.sublist(top, old.length - bottom);
    final keyed = {
      for (final element in between)
        if (element._widget.key != null) element._widget.key!: element,
    };
    Element? matchOf(int index) {
      if (index < top) return old[index];
      if (index >= by.length - bottom) return old[old.length - by.length + index];
      final found = keyed[by[index].key];
      if (found == null || !Widget.canUpdate(found._widget, by[index])) return null;
      between.remove(found);
      return found;
    }

    final matches = [for (var i = 0; i < by.length; i++) matchOf(i)];
    for (final left in between) {
      left.unmount();
    }
    return [for (var i = 0; i < by.length; i++) updateChild(matches[i], by[i])!];
  }
}
