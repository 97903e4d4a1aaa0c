import 'dart:async';

import 'package:flutter/material.dart';
import 'package:flutter/widget_test.dart';

/// Writes down what the framework calls.
class Diary extends StatefulWidget {
  const Diary({super.key, required this.entries, this.name = ''});

  final List<String> entries;
  final String name;

  @override
  State<Diary> createState() => DiaryState();
}

class DiaryState extends State<Diary> {
  @override
  void initState() {
    super.initState();
    widget.entries.add('initState');
  }

  @override
  void didChangeDependencies() {
    super.didChangeDependencies();
    widget.entries.add('didChangeDependencies ${ModalRoute.of(context)?.isCurrent} ${TickerMode.of(context)}');
  }

  @override
  void didUpdateWidget(Diary oldWidget) {
    super.didUpdateWidget(oldWidget);
    widget.entries.add('didUpdateWidget ${oldWidget.name}');
  }

  @override
  void dispose() {
    widget.entries.add('dispose');
    super.dispose();
  }

  @override
  Widget build(BuildContext context) {
    widget.entries.add('build ${widget.name}');
    return Text(widget.name);
  }
}

/// Runs something at a moment of its life.
class Moment extends StatefulWidget {
  const Moment({super.key, this.onInit, this.onBuild, this.onState});

  final void Function(State)? onInit;
  final void Function(State)? onBuild;
  final void Function(State)? onState;

  @override
  State<Moment> createState() => _MomentState();
}

class _MomentState extends State<Moment> {
  @override
  void initState() {
    super.initState();
    widget.onState?.call(this);
    widget.onInit?.call(this);
  }

  @override
  Widget build(BuildContext context) {
    widget.onBuild?.call(this);
    return const SizedBox();
  }
}

Future<String> thrown(FutureOr<void> Function() run) async {
  try {
    await run();
  } catch (error) {
    return '$error';
  }
  return 'nothing';
}

void main() {
  test('The stand-in of Flutter mounts, updates and disposes in Flutter\'s order', (phone) async {
    final entries = <String>[];
    await phone.show(Diary(entries: entries, name: 'a'));
    await phone.show(Diary(entries: entries, name: 'b'));
    await phone.leave();
    expect(entries, [
      'initState',
      'didChangeDependencies true true',
      'build a',
      'didUpdateWidget a',
      'build b',
      'dispose',
    ]);
  });

  test('The stand-in of Flutter tells what lies below a dialog or a page of its change', (phone) async {
    final entries = <String>[];
    await phone.show(Diary(entries: entries));
    entries.clear();
    await phone.openDialog(const Text('dialog'));
    await phone.push(const Text('page'));
    await phone.pop();
    await phone.pop();
    expect(entries, [
      'didChangeDependencies false true',
      'build ',
      'didChangeDependencies false false',
      'build ',
      'didChangeDependencies false true',
      'build ',
      'didChangeDependencies true true',
      'build ',
    ]);
  });

  test('The stand-in of Flutter draws nothing in the background', (phone) async {
    final entries = <String>[];
    late State state;
    await phone.show(Moment(onState: (found) => state = found, onBuild: (_) => entries.add('build')));
    await phone.toBackground();
    // ignore: invalid_use_of_protected_member
    state.setState(() {});
    await phone.settle();
    expect(entries.length, 1);
    await phone.toFront();
    expect(entries.length, 2);
  });

  test('The stand-in of Flutter keeps the state of a key, and of what did not move', (phone) async {
    final entries = <String>[];
    Widget page(List<String> names) =>
        Column(children: [for (final name in names) Diary(key: Key(name), entries: entries, name: name)]);
    await phone.show(page(['a', 'b', 'c']));
    entries.clear();
    await phone.show(page(['c', 'a']));
    expect([...entries.where((entry) => !entry.startsWith('build'))], ['dispose', 'didUpdateWidget c', 'didUpdateWidget a']);
  });

  test('The stand-in of Flutter asks for nothing inherited before initState is over', (phone) async {
    final message = await thrown(() => phone.show(Moment(onInit: (state) => TickerMode.of(state.context))));
    expect(message.contains('before _MomentState.initState() completed'), isTrue);
    phone.abandon();
  });

  test('The stand-in of Flutter refuses what is rebuilt after its end, or later than at once', (phone) async {
    late State state;
    await phone.show(Moment(onState: (found) => state = found));
    // ignore: invalid_use_of_protected_member
    final future = await thrown(() => state.setState(() async {}));
    expect(future.contains('returned a Future'), isTrue);
    await phone.leave();
    // ignore: invalid_use_of_protected_member
    expect((await thrown(() => state.setState(() {}))).contains('after dispose'), isTrue);
    expect((await thrown(() => state.context)).contains('unmounted'), isTrue);
  });

  test('The stand-in of Flutter refuses to rebuild a parent while a child is built', (phone) async {
    late State parent;
    final message = await thrown(
      () => phone.show(
        Column(
          children: [
            Moment(onState: (found) => parent = found),
            // ignore: invalid_use_of_protected_member
            Moment(onBuild: (_) => parent.setState(() {})),
          ],
        ),
      ),
    );
    expect(message.contains('called during build'), isTrue);
    phone.abandon();
  });

  test('A test of widgets notices an error that nobody caught', (phone) async {
    await phone.show(const Text('page'));
    Timer(const Duration(seconds: 1), () => throw StateError('uncaught'));
    await phone.wait(const Duration(seconds: 1));
    expect(phone.errors.single.contains('uncaught'), isTrue);
    phone.errors.clear();
  });

  test('A test of widgets notices a timer that its page leaves behind', (phone) async {
    await phone.show(Moment(onInit: (_) => Timer.periodic(const Duration(seconds: 1), (_) {})));
    expect((await thrown(phone.close)).contains('timers left over'), isTrue);
    phone.abandon();
  });
}
