/// What the buyer is told of a cancelled ticket, by its `cancel_reason`. Empty where there is none.
String cancelReasonText(String? cancelReason) {
  switch (cancelReason ?? '') {
    case '':
      return '';
    case 'unpaid':
      return 'お支払いがなかったため、購入手続きを終了しました';
    case 'not_on_sale':
      return '販売内容が変わったため、購入手続きを終了しました';
    case 'too_many_declines':
      return 'カードが承認されなかったため、購入手続きを終了しました';
    case 'rejected':
      return '決済を開始できなかったため、購入手続きを終了しました';
    case 'expired':
      return '有効期限が切れました。お支払いは確定されません';
    case 'account_deleted':
      return 'アカウントが削除されたため、キャンセルされました。お支払いは確定されません';
    case 'declined':
      return 'コンサルタントが辞退しました。お支払いは確定されません';
    case 'requested_by_customer':
    case 'duplicate':
    case 'fraudulent':
    case 'abandoned':
      return 'キャンセルされました。お支払いは確定されません';
    case 'ended_early':
      return '相談がすぐに終了したため、お支払いは確定されません';
    default:
      // hold_lost, cancelled, and what Stripe says after `stripe:`.
      return 'お支払いが取り消されました';
  }
}
