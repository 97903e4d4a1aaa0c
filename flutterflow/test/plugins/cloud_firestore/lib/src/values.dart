part of '../cloud_firestore.dart';

/// A value as the REST API writes it.
Map<String, dynamic> _encoded(Object? value) => switch (value) {
      null => {'nullValue': null},
      bool() => {'booleanValue': value},
      int() => {'integerValue': '$value'},
      double() => {'doubleValue': value},
      String() => {'stringValue': value},
      Timestamp() => {'timestampValue': value.toDate().toUtc().toIso8601String()},
      DateTime() => {'timestampValue': value.toUtc().toIso8601String()},
      DocumentReference() => {'referenceValue': '${value.firestore._root}/${value.path}'},
      Iterable() => {
          'arrayValue': {
            'values': [for (final each in value) _encoded(each)],
          },
        },
      Map() => {
          'mapValue': {'fields': _encodedFields(value)},
        },
      _ => throw ArgumentError.value(value, 'value', 'Unsupported type'),
    };

Map<String, dynamic> _encodedFields(Map<Object?, Object?> fields) => {
      for (final field in fields.entries)
        if (field.value is! FieldValue) '${field.key}': _encoded(field.value),
    };

Object? _decoded(FirebaseFirestore firestore, dynamic value) {
  final MapEntry(:key, value: dynamic content) = (value as Map<String, dynamic>).entries.single;
  return switch (key) {
    'nullValue' => null,
    'integerValue' => int.parse(content as String),
    'doubleValue' => (content as num).toDouble(),
    'timestampValue' => Timestamp.fromDate(DateTime.parse(content as String)),
    'referenceValue' => firestore.doc((content as String).split('/documents/').last),
    'arrayValue' => [for (final each in content['values'] ?? const []) _decoded(firestore, each)],
    'mapValue' => _decodedFields(firestore, content['fields']),
    _ => content,
  };
}

Map<String, dynamic> _decodedFields(FirebaseFirestore firestore, dynamic fields) => {
      for (final field in ((fields ?? const <String, dynamic>{}) as Map<String, dynamic>).entries)
        field.key: _decoded(firestore, field.value),
    };
