/// Pages and dialogs on top of each other, and what a widget can ask of where it is.
library;

import 'dart:async';

import 'basic.dart';
import 'framework.dart';

/// Whether what moves below it should move: not below an opaque page, nor in a tab that is not shown.
class TickerMode extends StatelessWidget {
  const TickerMode({super.key, required this.enabled, required this.child});

  final bool enabled;
  final Widget child;

  static bool of(BuildContext context) =>
      context.dependOnInheritedWidgetOfExactType<_EffectiveTickerMode>()?.enabled ?? true;

  @override
  Widget build(BuildContext context) =>
      _EffectiveTickerMode(enabled: enabled && TickerMode.of(context), child: child);
}

class _EffectiveTickerMode extends InheritedWidget {
  const _EffectiveTickerMode({required this.enabled, required super.child});

  final bool enabled;

  @override
  bool updateShouldNotify(_EffectiveTickerMode oldWidget) => enabled != oldWidget.enabled;
}

abstract class Route<T> {
  NavigatorState? _navigator;

  NavigatorState? get navigator => _navigator;

  bool get isCurrent => _navigator != null && identical(_navigator!._routes.last, this);
}

abstract class ModalRoute<T> extends Route<T> {
  final _popped = Completer<T?>();

  Future<T?> get popped => _popped.future;

  bool get opaque;

  Widget buildPage(BuildContext context);

  static ModalRoute<T>? of<T extends Object?>(BuildContext context) =>
      context.dependOnInheritedWidgetOfExactType<_ModalScopeStatus>()?.route as ModalRoute<T>?;
}

class MaterialPageRoute<T> extends ModalRoute<T> {
  MaterialPageRoute({required this.builder});

  final WidgetBuilder builder;

  @override
  bool get opaque => true;

  @override
  Widget buildPage(BuildContext context) => builder(context);
}

class DialogRoute<T> extends ModalRoute<T> {
  DialogRoute({required BuildContext context, required this.builder});

  final WidgetBuilder builder;

  @override
  bool get opaque => false;

  @override
  Widget buildPage(BuildContext context) => builder(context);
}

class _ModalScopeStatus extends InheritedWidget {
  const _ModalScopeStatus({required this.isCurrent, required this.route, required super.child});

  final bool isCurrent;
  final ModalRoute<dynamic> route;

  @override
  bool updateShouldNotify(_ModalScopeStatus oldWidget) =>
      isCurrent != oldWidget.isCurrent || route != oldWidget.route;
}

class Navigator extends StatefulWidget {
  const Navigator({super.key, required this.home});

  final WidgetBuilder home;

  static NavigatorState of(BuildContext context, {bool rootNavigator = false}) =>
      context.findAncestorStateOfType<NavigatorState>()!;

  @override
  State<Navigator> createState() => NavigatorState();
}

class NavigatorState extends State<Navigator> {
  final _routes = <ModalRoute<dynamic>>[];

  @override
  void initState() {
    super.initState();
    _routes.add(MaterialPageRoute<dynamic>(builder: (context) => widget.home(context)).._navigator = this);
  }

  Future<T?> push<T extends Object?>(ModalRoute<T> route) {
    setState(() => _routes.add(route.._navigator = this));
    return route.popped;
  }

  bool canPop() => _routes.length > 1;

  void pop<T extends Object?>([T? result]) {
    final route = _routes.last;
    setState(() => _routes.removeLast());
    route._popped.complete(result);
    route._navigator = null;
  }

  @override
  Widget build(BuildContext context) {
    final lowestSeen = _routes.lastIndexWhere((route) => route.opaque);
    return Stack(
      children: [
        for (final (index, route) in _routes.indexed)
          TickerMode(
            enabled: index >= lowestSeen,
            child: _ModalScopeStatus(
              isCurrent: route.isCurrent,
              route: route,
              child: Builder(builder: route.buildPage),
            ),
          ),
      ],
    );
  }
}

Future<T?> showDialog<T>({required BuildContext context, required WidgetBuilder builder}) =>
    Navigator.of(context).push<T>(DialogRoute<T>(context: context, builder: builder));
