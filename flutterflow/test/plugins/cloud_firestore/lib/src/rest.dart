part of '../cloud_firestore.dart';

class FirebaseFirestore {
  FirebaseFirestore._(this.app);

  static FirebaseFirestore instance = FirebaseFirestore._(Firebase.app());

  final FirebaseApp app;
  Uri _origin = Uri.https('firestore.googleapis.com');

  String get _root => 'projects/${app.options.projectId}/databases/(default)/documents';

  void useFirestoreEmulator(String host, int port, {bool sslEnabled = false, bool automaticHostMapping = true}) {
    _origin = Uri.parse('http://${automaticHostMapping ? getMappedHost(host) : host}:$port');
  }

  CollectionReference<Map<String, dynamic>> collection(String collectionPath) {
    if (collectionPath.isEmpty || collectionPath.contains('//') || collectionPath.split('/').length.isEven) {
      throw ArgumentError('A collection path must point to a valid collection.');
    }
    return _Collection(this, collectionPath);
  }

  DocumentReference<Map<String, dynamic>> doc(String documentPath) {
    if (documentPath.isEmpty || documentPath.contains('//') || documentPath.split('/').length.isOdd) {
      throw ArgumentError('A document path must point to a valid document.');
    }
    return _Document(this, documentPath);
  }

  /// Asks the server; a write waits for a network, and a read does not.
  Future<Answer> _ask(String method, String path, {Object? body, bool writes = false}) async {
    if (writes) await Network.whenUp;
    final token = await FirebaseAuth.instance.currentUser?.getIdToken();
    final Answer answer;
    try {
      answer = await Network.send(
        method,
        _origin.replace(path: '/v1/$_root$path'),
        headers: {'Content-Type': 'application/json', if (token != null) 'Authorization': 'Bearer $token'},
        body: body == null ? null : jsonEncode(body),
      );
    } on IOException {
      throw _exception('unavailable', 'The service is currently unavailable.');
    }
    if (answer.status == 200 || answer.status == 404) return answer;
    final json = answer.json;
    final error = json is List ? json.first['error'] : json['error'];
    throw _exception('${error['status']}'.toLowerCase().replaceAll('_', '-'), '${error['message']}');
  }
}

FirebaseException _exception(String code, String message) =>
    FirebaseException(plugin: 'cloud_firestore', code: code, message: message);

class _Document implements DocumentReference<Map<String, dynamic>> {
  _Document(this.firestore, this.path);

  @override
  final FirebaseFirestore firestore;

  @override
  final String path;

  @override
  String get id => path.split('/').last;

  @override
  CollectionReference<Map<String, dynamic>> get parent =>
      _Collection(firestore, path.substring(0, path.lastIndexOf('/')));

  @override
  CollectionReference<Map<String, dynamic>> collection(String collectionPath) =>
      firestore.collection('$path/$collectionPath');

  @override
  Future<DocumentSnapshot<Map<String, dynamic>>> get([GetOptions? options]) async {
    await Orders.take('DocumentReference.get');
    final answer = await firestore._ask('GET', '/$path');
    return _Snapshot(this, answer.status == 404 ? null : _decodedFields(firestore, answer.json['fields']));
  }

  @override
  Future<void> set(Map<String, dynamic> data, [SetOptions? options]) =>
      _write(data, mask: options?.merge == true, mustExist: false);

  @override
  Future<void> update(Map<Object, Object?> data) => _write(data, mask: true, mustExist: true);

  @override
  Future<void> delete() => firestore._ask('DELETE', '/$path', writes: true);

  Future<void> _write(Map<Object, Object?> data, {required bool mask, required bool mustExist}) async {
    await Orders.take('DocumentReference.set');
    final fields = _encodedFields(data);
    final times = [
      for (final field in data.entries)
        if (field.value is FieldValue) {'fieldPath': '${field.key}', 'setToServerValue': 'REQUEST_TIME'},
    ];
    await firestore._ask(
      'POST',
      ':commit',
      writes: true,
      body: {
        'writes': [
          {
            'update': {'name': '${firestore._root}/$path', 'fields': fields},
            if (mask) 'updateMask': {'fieldPaths': fields.keys.toList()},
            if (times.isNotEmpty) 'updateTransforms': times,
            if (mustExist) 'currentDocument': {'exists': true},
          },
        ],
      },
    );
  }

  @override
  Stream<DocumentSnapshot<Map<String, dynamic>>> snapshots({bool includeMetadataChanges = false}) =>
      Stream.fromFuture(get());

  @override
  bool operator ==(Object other) => other is _Document && other.path == path;

  @override
  int get hashCode => path.hashCode;
}

class _Query implements Query<Map<String, dynamic>> {
  _Query(this.firestore, this._path, [this._filters = const [], this._orders = const [], this._limit]);

  @override
  final FirebaseFirestore firestore;
  final String _path;
  final List<Map<String, dynamic>> _filters;
  final List<Map<String, dynamic>> _orders;
  final int? _limit;

  @override
  Query<Map<String, dynamic>> where(
    Object field, {
    Object? isEqualTo,
    Object? isNotEqualTo,
    Object? isLessThan,
    Object? isLessThanOrEqualTo,
    Object? isGreaterThan,
    Object? isGreaterThanOrEqualTo,
    Object? arrayContains,
    Iterable<Object?>? arrayContainsAny,
    Iterable<Object?>? whereIn,
    Iterable<Object?>? whereNotIn,
    bool? isNull,
  }) {
    final of = {'fieldPath': '$field'};
    final compared = {
      'EQUAL': isEqualTo,
      'NOT_EQUAL': isNotEqualTo,
      'LESS_THAN': isLessThan,
      'LESS_THAN_OR_EQUAL': isLessThanOrEqualTo,
      'GREATER_THAN': isGreaterThan,
      'GREATER_THAN_OR_EQUAL': isGreaterThanOrEqualTo,
      'ARRAY_CONTAINS': arrayContains,
      'ARRAY_CONTAINS_ANY': arrayContainsAny,
      'IN': whereIn,
      'NOT_IN': whereNotIn,
    };
    final filters = [
      ..._filters,
      for (final MapEntry(key: op, :value) in compared.entries)
        if (value != null) {'fieldFilter': {'field': of, 'op': op, 'value': _encoded(value)}},
      if (isNull != null) {'unaryFilter': {'field': of, 'op': isNull ? 'IS_NULL' : 'IS_NOT_NULL'}},
    ];
    return _Query(firestore, _path, filters, _orders, _limit);
  }

  @override
  Query<Map<String, dynamic>> orderBy(Object field, {bool descending = false}) {
    final direction = descending ? 'DESCENDING' : 'ASCENDING';
    final orders = [..._orders, {'field': {'fieldPath': '$field'}, 'direction': direction}];
    return _Query(firestore, _path, _filters, orders, _limit);
  }

  @override
  Query<Map<String, dynamic>> limit(int limit) => _Query(firestore, _path, _filters, _orders, limit);

  @override
  Future<QuerySnapshot<Map<String, dynamic>>> get([GetOptions? options]) async {
    await Orders.take('Query.get');
    final parts = _path.split('/');
    final above = parts.length == 1 ? '' : '/${parts.sublist(0, parts.length - 1).join('/')}';
    final asked = {
      'from': [{'collectionId': parts.last}],
      if (_filters.isNotEmpty) 'where': {'compositeFilter': {'op': 'AND', 'filters': _filters}},
      if (_orders.isNotEmpty) 'orderBy': _orders,
      if (_limit != null) 'limit': _limit,
    };
    final answer = await firestore._ask('POST', '$above:runQuery', body: {'structuredQuery': asked});
    return _QuerySnapshot([
      for (final found in answer.json as List)
        if (found['document'] case final Map<String, dynamic> document)
          _QueryDocument(
            firestore.doc('${document['name']}'.split('/documents/').last) as _Document,
            _decodedFields(firestore, document['fields']),
          ),
    ]);
  }

  @override
  Stream<QuerySnapshot<Map<String, dynamic>>> snapshots({bool includeMetadataChanges = false}) =>
      Stream.fromFuture(get());
}

class _Collection extends _Query implements CollectionReference<Map<String, dynamic>> {
  _Collection(FirebaseFirestore firestore, this.path) : super(firestore, path);

  static final _random = Random.secure();
  static const _letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

  @override
  final String path;

  @override
  String get id => path.split('/').last;

  @override
  DocumentReference<Map<String, dynamic>> doc([String? path]) {
    final name = path ?? List.generate(20, (_) => _letters[_random.nextInt(_letters.length)]).join();
    return firestore.doc('${this.path}/$name');
  }

  @override
  Future<DocumentReference<Map<String, dynamic>>> add(Map<String, dynamic> data) async {
    final added = doc();
    await added.set(data);
    return added;
  }
}

class _Snapshot implements DocumentSnapshot<Map<String, dynamic>> {
  _Snapshot(this.reference, this._fields);

  @override
  final _Document reference;
  final Map<String, dynamic>? _fields;

  @override
  String get id => reference.id;

  @override
  SnapshotMetadata get metadata => const SnapshotMetadata();

  @override
  bool get exists => _fields != null;

  @override
  Map<String, dynamic>? data() => _fields;

  @override
  dynamic get(Object field) {
    final fields = _fields;
    if (fields == null || !fields.containsKey(field)) {
      throw StateError('field "$field" does not exist within the DocumentSnapshotPlatform');
    }
    return fields[field];
  }

  @override
  dynamic operator [](Object field) => get(field);
}

class _QueryDocument extends _Snapshot implements QueryDocumentSnapshot<Map<String, dynamic>> {
  _QueryDocument(super.reference, Map<String, dynamic> super.fields);

  @override
  Map<String, dynamic> data() => super.data()!;
}

class _QuerySnapshot implements QuerySnapshot<Map<String, dynamic>> {
  _QuerySnapshot(this.docs);

  @override
  final List<QueryDocumentSnapshot<Map<String, dynamic>>> docs;

  @override
  SnapshotMetadata get metadata => const SnapshotMetadata();

  @override
  int get size => docs.length;
}
