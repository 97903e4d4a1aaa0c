/// What the staff's screen says of a scan, by its `result`, `detail` and `direction`.
String doorText(String? result, String? detail, String? direction) {
  switch (result) {
    case 'ok':
      return direction == 'exit' ? '退場を記録しました' : 'ご入場ください';
    case 'already_used':
      return 'このチケットは入場済みです';
    case 'invalid':
      return detail == 'stale'
          ? 'QRコードの有効期限が切れています。画面を更新してもらってください'
          : 'このQRコードは使えません';
    case 'wrong_event':
      return '別のイベントのチケットです';
    case 'wrong_gate':
      return 'この入口からは入場できません';
    case 'wrong_time':
      return '入場できる時間ではありません';
    case 'cancelled':
      return 'キャンセルされたチケットです';
    case 'unpaid':
      return 'お支払いが完了していないチケットです';
    case 'blocked':
      return '利用が停止されているチケットです';
    case 'transferred':
      return '譲渡されたチケットです。新しい持ち主のQRコードを確認してください';
    default:
      return '確認できませんでした。もう一度読み取ってください';
  }
}
